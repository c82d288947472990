<?php
foreach ($_FILES as $field => $file)
    echo $field, ': ', $file['name'], ', ', $file['size'], ' bytes, ', trim(file_get_contents($file['tmp_name'])), "\n";
echo 'text: ', $_POST['text'] ?? 'none', "\n";
