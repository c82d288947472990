// Variables in every place that a compiler puts them in, for tests of debugging information.
extern "C" __attribute__((import_module("wasi_snapshot_preview1"), import_name("sched_yield"))) int yield();
static const void *volatile last;
static int outside(const void *place) { last = place; return yield(); }
extern "C" void __cxa_pure_virtual() {}

struct Pair { double first, second; int more[4]; };
struct Base { int of_base = 1; virtual int get() { return of_base; } };
struct Left : virtual Base { int of_left = 2; };
struct Right : virtual Base { int of_right = 3; };
struct Both : Left, Right { int of_both = 4; };

int global = 7;
static int counter;
int *const pointer = &global;
thread_local int per_thread = 5;

int twice(int number);

template <int (*function)(int), int *place> struct With {
  static int call() { return function(*place); }
};

extern "C" int by_value(Pair pair) {
  Pair copy = pair;
  copy.more[0] += static_cast<int>(pair.first);
  return outside(&copy) + copy.more[0];
}

extern "C" int run(int count) {
  int numbers[8] = {};
  Both both;
  for (int i = 0; i < count; i++) {
    int product = i * counter++;
    numbers[i & 7] += product + With<twice, &global>::call() + both.get() + per_thread;
  }
  return outside(numbers) + outside(&both) + *pointer;
}

int twice(int number) { return number * 2; }
