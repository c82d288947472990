export function mix(a: i32, b: i32): i32 {
  console.error("last");
  return a * b;
}
