// @ts-ignore: decorator
@external("demo:chain/numbers@0.1.0", "mix")
declare function mix(a: i32, b: i32): i32;

const result = memory.data(8);
let text: ArrayBuffer = new ArrayBuffer(0);

export function describe(name: usize, size: usize): usize {
  process.stderr.write("middle\n");
  text = String.UTF8.encode("AssemblyScript: " + String.UTF8.decodeUnsafe(name, size) + "=" + mix(<i32>size, 100).toString());
  store<usize>(result, changetype<usize>(text));
  store<usize>(result, text.byteLength, 4);
  return result;
}

export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  return old ? heap.realloc(old, size) : heap.alloc(size);
}
