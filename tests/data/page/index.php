<?php $name = $_GET['name'] ?? 'world'; ?>
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Hello, <?= htmlspecialchars($name) ?></title>
<link rel="stylesheet" href="style.php">
</head>
<body>
<h1>Hello, <?= htmlspecialchars($name) ?></h1>
<p>This page comes from PHP <?= PHP_VERSION ?>, a component that has its scripts in itself.</p>
<p id="seen"></p>
<script>
const style = getComputedStyle(document.body);
document.getElementById('seen').textContent = `The browser has the style sheet, too: ${style.backgroundColor}`;
</script>
</body>
</html>
