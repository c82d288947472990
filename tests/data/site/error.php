<?php
ini_set('display_errors', '1');
ini_set('html_errors', '0');
echo "before the error\n";
nothing();
