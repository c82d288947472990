//! args: ["guest", "one", "two words", "", "ünï"]
//! env: ["NAME=value", "EMPTY=", "EQUALS=a=b"]

// Prints its arguments and environment, then makes 100 MB of small objects in a heap that grows all the while: what the
// adapter keeps must survive that, and so must every object that is still in use.

class Item {
  text: string;

  constructor(
    public next: Item | null,
    public seed: u32,
  ) {
    this.text = textOf(seed);
  }
}

function textOf(seed: u32): string {
  return "item " + seed.toString().repeat(1 + (seed & 7));
}

const ROUNDS: u32 = 20;
const PER_ROUND: u32 = 50_000;

function round(number: u32): Item {
  let last = new Item(null, number);
  let made: u32 = 0;
  for (let i: u32 = 1; i < PER_ROUND; i++) {
    // One in eight stays in use.
    last = new Item(i & 7 ? last.next : last, number * PER_ROUND + i);
    made += last.text.length * 2;
  }
  process.stdout.write(`round ${number}: ${made} bytes of text, ${memory.size()} pages\n`);
  return last;
}

function check(list: Item | null): i32 {
  let count = 0;
  while (list) {
    assert(list.text == textOf(list.seed));
    count++;
    list = list.next;
  }
  return count;
}

console.log(`arguments: ${process.argv.join("|")}`);
const names = process.env.keys();
for (let i = 0; i < names.length; i++) console.log(`${names[i]}: ${process.env.get(names[i])}`);

const lists: Item[] = [];
for (let i: u32 = 0; i < ROUNDS; i++) lists.push(round(i));
let used = 0;
for (let i = 0; i < lists.length; i++) used += check(lists[i]);
console.log(`${used} objects in use are whole`);
process.exit(process.argv.length);
