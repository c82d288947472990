// Prints what the library makes of a name.
// @ts-ignore: decorator
@external("demo:chain/words@0.1.0", "describe")
declare function describe(name: usize, size: usize, result: usize): void;

const name = String.UTF8.encode("Ada");
const result = memory.data(8);
describe(changetype<usize>(name), name.byteLength, result);
console.log(String.UTF8.decodeUnsafe(load<usize>(result), load<usize>(result, 4)));

export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  return old ? heap.realloc(old, size) : heap.alloc(size);
}
