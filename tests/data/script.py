# A CPython program that uses its library in a zip file, files, directories, the environment, input, an exit status.
import hashlib, json, os, sys, tempfile, time

print("arguments:", sys.argv[1:], "variable:", os.environ.get("WHO"))

with open("/squares.json", "w") as file:
    json.dump([i * i for i in range(10_000)], file)
with open("/squares.json", "rb+") as file:
    file.seek(-1, os.SEEK_END)
    file.write(b", 0]")
    file.seek(0)
    content = file.read()
print("file:", len(content), os.stat("/squares.json").st_size, hashlib.sha256(content).hexdigest()[:16])

os.makedirs("/made/deep")
os.rename("/squares.json", "/made/deep/squares.json")
with open("/made/log.txt", "a") as log:
    for line in range(3):
        print("line", line, file=log, flush=True)
with tempfile.TemporaryDirectory(dir="/made") as temporary:
    open(os.path.join(temporary, "gone"), "w").close()
print("walk:", [(path, sorted(names)) for path, _, names in sorted(os.walk("/made"))])

for attempt in (lambda: open("/missing"), lambda: os.mkdir("/made"), lambda: os.rmdir("/made")):
    try:
        attempt()
    except OSError as error:
        print("error:", type(error).__name__, error.errno)

# The heap grows while output is written.
blocks = []
for i in range(20):
    blocks.append(bytes([i]) * 1_000_000)
    print(i, end=" ", flush=True)
print(sum(block[-1] for block in blocks))

print("input:", [line.rstrip() for line in sys.stdin])
print("clocks:", time.monotonic() > 0, time.time() > 1_700_000_000, len(os.urandom(8)))
print("this goes to stderr", file=sys.stderr)
sys.exit(42)
