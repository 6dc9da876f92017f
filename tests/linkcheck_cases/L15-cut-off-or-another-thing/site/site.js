<!doctype html>
<title>Not found</title>
