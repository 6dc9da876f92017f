var __index = {"config": {}, "docs": [
{"location": "index.html", "title": "Home", "text": ""},
{"location": "a.html", "title": "A", "text": ""},
{"location": "a.html#b", "title": "B", "text": ""}]};
