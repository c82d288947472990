<?php header('Content-Type: text/css'); ?>
body { background: rgb(32, 64, 96); color: white; font: 20px sans-serif; margin: 60px; }
h1 { font-size: 48px; color: rgb(255, 208, 64); }
