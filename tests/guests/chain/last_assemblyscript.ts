export function mix(a: i32, b: i32): i32 {
  process.stderr.write("last\n");
  return a * b;
}
