//! Native tests of the parts of the adapter that need neither a host nor WebAssembly: guest pointers, lists of buffers,
//! free memory, the descriptor table, UTF-8. The guest's memory is a block in this process, between blocks that must
//! not change.
#![allow(dead_code, unsafe_code)] // each part is more than what is tried here

#[path = "../../adapter/src/chacha20.rs"]
mod chacha20;
#[path = "../../adapter/src/errno.rs"]
mod errno;
#[path = "../../adapter/src/gather.rs"]
mod gather;
#[path = "../../adapter/src/guest.rs"]
mod guest;
#[path = "../../adapter/src/scratch.rs"]
mod scratch;
#[path = "../../adapter/src/snapshot.rs"]
mod snapshot;
#[path = "../../adapter/src/table.rs"]
mod table;
#[path = "../../adapter/src/types.rs"]
mod types;
#[path = "../../adapter/src/utf8.rs"]
mod utf8;

#[path = "adapter_parts/key_stream.rs"]
mod key_stream;
#[path = "adapter_parts/numbers.rs"]
mod numbers;

use wasi_adapt_tests::noninterference::random::Random;

/// The guest of each thread.
mod intrinsics {
    use std::cell::Cell;

    thread_local!(static GUEST: Cell<(usize, usize)> = const { Cell::new((0, 0)) });

    pub fn set_guest(memory: &mut [u8]) {
        GUEST.set((memory.as_mut_ptr() as usize, memory.len()));
    }

    pub fn guest_base() -> usize {
        GUEST.get().0
    }

    pub fn guest_end() -> u64 {
        let (start, len) = GUEST.get();
        (start + len) as u64
    }

    pub fn unstable() -> bool {
        false
    }

    pub fn can_duplicate() -> bool {
        true
    }
}

#[path = "adapter_parts/error_codes.rs"]
mod bindings;

use gather::Buffers;
use guest::{Buffer, Ptr};
use scratch::{Region, ScratchVec, Space};
use types::Iovec;

const GUEST: usize = 4096;
const AROUND: usize = 1024;

/// A pointer as the ABI passes it.
fn ptr<T>(address: u32) -> Ptr<T> {
    // SAFETY: a pointer is a transparent integer.
    unsafe { std::mem::transmute_copy(&address) }
}

#[test]
fn utf8_is_what_the_standard_library_says() {
    let mut random = Random::new(1);
    let edges =
        [0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xec, 0xed, 0xef, 0xf0, 0xf3, 0xf4, 0xf5];
    for _ in 0..1_000_000 {
        let bytes: Vec<u8> = (0..random.below(6)).map(|_| random.pick(&edges)).collect();
        assert_eq!(utf8::is_valid(&bytes), std::str::from_utf8(&bytes).is_ok(), "{bytes:x?}");
    }
}

#[test]
fn free_memory_is_given_once() {
    let mut random = Random::new(2);
    for _ in 0..20_000 {
        let (near, far) = (1 + random.below(200) as usize, 1 + random.below(200) as usize);
        // The second range ends at the end of the address space.
        let ends = [(1000, 999 + near), (usize::MAX - (far - 1), usize::MAX)];
        let mut space = Space::new(Region::new(1000, near), Region::new(ends[1].0, far));
        let mut given: Vec<(usize, usize)> = Vec::new();
        for _ in 0..20 {
            let (align, size) = (1 << random.below(4), random.pick(&[0, 1, 7, 30, 100, usize::MAX, 1 << 31]));
            let Some(start) = space.take(align, size) else { continue };
            let size = match random.below(3) {
                0 => {
                    let unused = random.below(size as u64 + 1) as usize;
                    space.give_back(unused);
                    size - unused
                }
                _ => size,
            };
            let last = start.wrapping_add(size).wrapping_sub(1);
            assert_eq!(start % align, 0);
            if size > 0 {
                assert!(ends.iter().any(|(first, end)| *first <= start && last <= *end), "{start} {size}");
                assert!(given.iter().all(|(first, end)| last < *first || *end < start), "{start} {size}: {given:?}");
                given.push((start, last));
            }
        }
    }
}

#[test]
fn lists_end_where_their_room_does() {
    for (shift, bytes) in (0..8).flat_map(|shift| (0..80).map(move |bytes| (shift, bytes))) {
        let mut room = [0xa5_u8; 128];
        // SAFETY: the room is there as long as the list.
        let mut list = unsafe { ScratchVec::new(Buffer::of_adapter(room.as_mut_ptr() as usize + shift, bytes)) };
        let count = (0_u64..).take_while(|value| list.push(*value)).count();
        assert!(count <= bytes / 8 && (bytes < 16 || count >= (bytes - 7) / 8));
        assert!((0..count as u64).eq(list.iter().copied()));
        assert!(room[..shift].iter().chain(&room[shift + bytes..]).all(|byte| *byte == 0xa5));
    }
}

/// Lists of buffers, anywhere in a guest's memory and overlapping: writes use the list as it was when copied, reads go
/// in its order, and nothing outside of the guest is read or changed.
#[test]
fn buffers_stay_in_the_guest_and_as_they_were() {
    let mut random = Random::new(3);
    for _ in 0..20_000 {
        let mut memory: Vec<u8> = vec![0xee; AROUND + GUEST + AROUND];
        let guest = &mut memory[AROUND..AROUND + GUEST];
        guest.fill_with(|| random.below(200) as u8);
        let (count, list) = (random.below(9) as usize, random.below(GUEST as u64 - 80) as usize);
        for entry in guest[list..list + count * 8].chunks_exact_mut(8) {
            let start = if random.one_in(40) { random.number() as u32 } else { random.below(GUEST as u64) as u32 };
            let beyond = if random.one_in(40) { 1 } else { 0 };
            let len = (random.below(1 + (GUEST as u64).saturating_sub(start.into())) + beyond) as u32;
            entry.copy_from_slice(&[start.to_le_bytes(), len.to_le_bytes()].concat());
        }
        intrinsics::set_guest(guest);
        let before = guest.to_vec();
        let entries: Vec<(usize, usize)> = before[list..list + count * 8]
            .chunks_exact(8)
            .map(|entry| [0, 4].map(|at| u32::from_le_bytes(entry[at..at + 4].try_into().unwrap()) as usize))
            .map(|[start, len]| (start, len))
            .collect();
        let inside = entries.iter().all(|(start, len)| *len == 0 || start + len <= GUEST);
        let mut scratch = vec![0_u64; 2048];
        let room = |bytes| {
            assert!(bytes <= scratch.len() * 8);
            // SAFETY: `scratch` outlives the buffers.
            Ok(unsafe { Buffer::of_adapter(scratch.as_mut_ptr() as usize, bytes) })
        };
        let checked = Buffers::check(ptr::<Iovec>(list as u32), count as u32, room);
        assert_eq!(checked.is_ok(), inside);
        let Ok(checked) = checked else { continue };

        let mut written: Vec<u8> = Vec::new();
        let mut expected = before.clone();
        let fill = |buffer: Buffer, seed: u8| {
            let bytes: Vec<u8> = (0..buffer.len()).map(|index| (index as u8) ^ seed).collect();
            assert_eq!(buffer.fill(&bytes), buffer.len());
            bytes
        };
        let reads = random.one_in(2);
        let mut runs: Vec<Vec<u8>> = Vec::new();
        match checked {
            Buffers::One(buffer) if reads => runs.push(fill(buffer, 1)),
            Buffers::One(buffer) => written.extend(buffer.as_slice()),
            Buffers::Many(mut many) => {
                while let Ok(Some(run)) = many.next_run() {
                    if reads {
                        let bytes = fill(run.buffer(), runs.len() as u8);
                        run.scatter(bytes.len());
                        runs.push(bytes);
                    } else {
                        written.extend(run.gather().as_slice());
                    }
                }
            }
        }
        if reads {
            let mut bytes = runs.concat().into_iter();
            for (start, len) in entries.iter().filter(|(_, len)| *len > 0) {
                expected[*start..start + len].fill_with(|| bytes.next().unwrap());
            }
            assert_eq!(bytes.next(), None);
        } else {
            let of_entry = |(start, len): &(usize, usize)| before.get(*start..start + len).unwrap_or_default();
            let all: Vec<u8> = entries.iter().flat_map(of_entry).copied().collect();
            assert_eq!(written, all);
        }
        assert!(memory[AROUND..AROUND + GUEST] == expected, "what is in the guest's memory");
        assert!(memory[..AROUND].iter().chain(&memory[AROUND + GUEST..]).all(|byte| *byte == 0xee));
    }
}

/// Pointers and arrays around the ends of memory: each is inside, or refused.
#[test]
fn pointers_lead_into_the_guest_or_nowhere() {
    let mut random = Random::new(4);
    let mut memory = vec![0xee; AROUND + GUEST + AROUND];
    intrinsics::set_guest(&mut memory[AROUND..AROUND + GUEST]);
    for _ in 0..200_000 {
        let near_end = (GUEST as u32 - 40) + random.below(80) as u32;
        let address = random.pick(&[near_end, random.clone().number() as u32, 0, u32::MAX - 7]);
        let len = random.pick(&[0, 1, 5, 40, 1 << 29, u32::MAX]);
        let fits = |size: u64| u64::from(address) + size <= GUEST as u64;
        assert_eq!(ptr::<u64>(address).write(1).is_ok(), fits(8));
        assert_eq!(ptr::<u8>(address).buffer(len).is_ok(), len == 0 || fits(len.into()));
        let inputs = ptr::<Iovec>(address).inputs(len);
        assert_eq!(inputs.is_ok(), len == 0 || fits(u64::from(len) * 8));
        assert_eq!(
            inputs.map_or(0, Iterator::count),
            if len == 0 || fits(u64::from(len) * 8) { len as usize } else { 0 }
        );
        if let Ok(mut outs) = ptr::<u32>(address).outs(len) {
            (0..len.saturating_add(3).min(100)).for_each(|value| outs.push(value));
        }
    }
    assert!(memory[..AROUND].iter().chain(&memory[AROUND + GUEST..]).all(|byte| *byte == 0xee));
}
