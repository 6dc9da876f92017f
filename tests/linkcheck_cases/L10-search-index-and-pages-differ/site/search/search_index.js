var __index = {"config": {}, "docs": [
{"location": "index.html", "title": "Home", "text": ""},
{"location": "a.html#c", "title": "A", "text": ""},
{"location": "a.html", "title": "B", "text": ""}]}