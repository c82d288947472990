//! Random operations on the descriptor table, compared with a simple model.

use std::cell::RefCell;
use std::mem::MaybeUninit;
use std::rc::Rc;

use wasi_adapt_tests::noninterference::random::Random;

use crate::errno::Errno;
use crate::table::{Slot, Table};
use crate::types::Fd;

const CAPACITY: u32 = 12;

/// A descriptor that records when it is dropped.
struct Tracked {
    id: usize,
    dropped: Rc<RefCell<Vec<usize>>>,
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.dropped.borrow_mut().push(self.id);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Number {
    Free,
    Reserved,
    Open(usize),
}

/// The state of each number used so far.
#[derive(Default)]
struct Model(Vec<Number>);

impl Model {
    fn get(&self, fd: u32) -> Number {
        self.0.get(fd as usize).copied().unwrap_or(Number::Free)
    }

    fn lowest_free(&self, least: u32) -> Option<u32> {
        (least..CAPACITY).find(|fd| self.get(*fd) == Number::Free)
    }

    fn set(&mut self, fd: u32, number: Number) {
        let len = self.0.len().max(fd as usize + 1);
        self.0.resize(len, Number::Free);
        self.0[fd as usize] = number;
    }

    fn is_open(&self, id: usize) -> bool {
        self.0.contains(&Number::Open(id))
    }
}

/// A table and its model.
struct Pair {
    table: Table<Tracked>,
    model: Model,
    made: usize,
    dropped: Rc<RefCell<Vec<usize>>>,
}

impl Pair {
    fn new(slots: &mut [MaybeUninit<Slot<Tracked>>; CAPACITY as usize]) -> Self {
        // SAFETY: the slots were made for the table and outlive it.
        let table = unsafe { Table::new(slots.as_mut_ptr().cast(), CAPACITY) };
        Self { table, model: Model::default(), made: 0, dropped: Rc::default() }
    }

    fn make(&mut self) -> Tracked {
        self.made += 1;
        Tracked { id: self.made - 1, dropped: Rc::clone(&self.dropped) }
    }

    fn open(&mut self) {
        let expected = self.model.lowest_free(0);
        let found = self.table.lowest_free_number();
        assert_eq!(found.ok().map(|fd| fd.0), expected);
        match found {
            Ok(fd) => {
                let descriptor = self.make();
                self.model.set(fd.0, Number::Open(descriptor.id));
                self.table.insert(fd, descriptor);
            }
            Err(errno) => assert!(errno == Errno::MFILE),
        }
    }

    fn push(&mut self) {
        let descriptor = self.make();
        if self.model.0.len() < CAPACITY as usize {
            self.model.0.push(Number::Open(descriptor.id));
        }
        self.table.push(descriptor);
    }

    fn reserve(&mut self) {
        let expected = self.model.lowest_free(0);
        assert_eq!(self.table.reserve().ok().map(|fd| fd.0), expected);
        if let Some(fd) = expected {
            self.model.set(fd, Number::Reserved);
        }
    }

    fn release(&mut self, fd: u32) {
        let reserved = self.model.get(fd) == Number::Reserved;
        assert_eq!(self.table.release(Fd(fd)).is_ok(), reserved);
        if reserved {
            self.model.set(fd, Number::Free);
        }
    }

    fn close(&mut self, fd: u32) {
        if self.model.get(fd) != Number::Free {
            self.model.set(fd, Number::Free);
        }
        drop(self.table.remove(Fd(fd)));
    }

    fn duplicate(&mut self, fd: u32, least: u32) {
        let number = self.model.get(fd);
        let expected = self.model.lowest_free(least).filter(|_| number != Number::Free);
        assert_eq!(self.table.duplicate(Fd(fd), least).ok().map(|fd| fd.0), expected);
        if let Some(new) = expected {
            self.model.set(new, number);
        }
    }

    fn renumber(&mut self, from: u32, to: u32) {
        let number = self.model.get(from);
        if from != to && number != Number::Free && self.model.get(to) != Number::Free {
            self.model.set(from, Number::Free);
            self.model.set(to, number);
            self.table.renumber(Fd(from), Fd(to));
        }
    }

    /// Checks that each number has the descriptor of the model, and that those without numbers were dropped exactly
    /// once.
    fn check(&self) {
        for fd in (0..CAPACITY + 2).chain([u32::MAX]) {
            let found = self.table.get(Fd(fd)).map(|descriptor| Number::Open(descriptor.id));
            let expected = Some(self.model.get(fd)).filter(|number| matches!(number, Number::Open(_)));
            assert!(found == expected, "number {fd}");
            if let Some(number) = expected {
                let numbers = self.model.0.iter().filter(|other| **other == number).count();
                assert_eq!(self.table.numbers_of(Fd(fd)), numbers as u32, "of {fd}");
            }
        }
        let mut dropped = self.dropped.borrow().clone();
        dropped.sort_unstable();
        assert!((0..self.made).filter(|id| !self.model.is_open(*id)).eq(dropped));
    }
}

#[test]
fn numbers_are_those_of_a_simple_model() {
    let mut random = Random::new(5);
    for _ in 0..2_000 {
        let mut slots = [const { MaybeUninit::uninit() }; CAPACITY as usize];
        let mut pair = Pair::new(&mut slots);
        // Some tables are nearly always full, others nearly empty.
        let closes = 1 + random.below(6);
        for _ in 0..100 {
            let [from, to] = [(); 2].map(|()| random.below(u64::from(CAPACITY) + 1) as u32);
            match random.below(8 + closes) {
                0 | 1 => pair.open(),
                2 => pair.push(),
                3 => pair.reserve(),
                4 => pair.release(from),
                5 | 6 => pair.duplicate(from, random.pick(&[0, to, CAPACITY, u32::MAX])),
                7 => pair.renumber(from, to),
                _ => pair.close(from),
            }
            pair.check();
        }
        (0..CAPACITY).for_each(|fd| pair.close(fd));
        pair.check();
        assert_eq!(pair.dropped.borrow().len(), pair.made);
    }
}
