import{a}from"./no-small.js";import"https://cdn.example/x.js";
