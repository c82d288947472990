//! `wasi-adapt:locks/advisory`, for hosts of `wasmtime-wasi`: locks of the operating system, which native programs see, too.
//!
//! They belong to an open file, on Linux (`F_OFD_SETLK` and `flock`) and on Windows (`LockFileEx`), and so they go when the
//! component or this process ends in any way. On other systems the interface is missing from the linker.
//!
//! On Windows an exclusive lock on bytes keeps others from reading and writing them, and the component itself where it has opened
//! the file once more; a shared lock keeps all from writing. Locks on whole files do not. `find` tells the first byte of a lock
//! alone.
//!
//! ```
//! use wasmtime::component::{Linker, ResourceTable};
//! use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
//!
//! struct State(WasiCtx, ResourceTable);
//!
//! impl WasiView for State {
//!     fn ctx(&mut self) -> WasiCtxView<'_> {
//!         WasiCtxView { ctx: &mut self.0, table: &mut self.1 }
//!     }
//! }
//!
//! let mut linker = Linker::<State>::new(&wasmtime::Engine::default());
//! wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
//! wasi_adapt_host::locks::add_to_linker(&mut linker)?;
//! # Ok::<(), wasmtime::Error>(())
//! ```

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use linux::Holder;
use std::mem;
use std::time::Duration;
use wasmtime::component::{ComponentType, Lift, Linker, LinkerInstance, Lower, Resource, ResourceTable, ResourceType};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi::WasiView;
use wasmtime_wasi::filesystem::Descriptor;
#[cfg(windows)]
use windows::Holder;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
enum Kind {
    #[component(name = "shared")]
    Shared,
    #[component(name = "exclusive")]
    Exclusive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
enum ErrorCode {
    #[component(name = "would-block")]
    WouldBlock,
    #[component(name = "deadlock")]
    Deadlock,
    #[component(name = "access")]
    Access,
    #[component(name = "no-lock")]
    NoLock,
    #[component(name = "unsupported")]
    Unsupported,
    #[component(name = "io")]
    Io,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
struct Lock {
    kind: Kind,
    first: u64,
    last: u64,
    process: Option<i32>,
}

type Outcome<T = ()> = std::result::Result<T, ErrorCode>;

/// The interface's name, with the version of `wit/locks.wit`.
const INTERFACE: &str = "wasi-adapt:locks/advisory@0.1.0";

/// The pauses of one who looks again and again if a lock is free.
struct Pauses(Duration);

impl Pauses {
    const LONGEST: Duration = Duration::from_millis(10);

    fn new() -> Self {
        Self(Duration::from_micros(200))
    }

    fn next(&mut self) -> Duration {
        let longer = (2 * self.0).min(Self::LONGEST);
        mem::replace(&mut self.0, longer)
    }
}

/// Defines the interface. A component that waits for a lock keeps its thread.
///
/// # Errors
///
/// The linker has the interface already.
pub fn add_to_linker<T: WasiView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    let mut instance = linker.instance(INTERFACE)?;
    add_all_but_locking(&mut instance)?;
    instance.func_wrap(
        "[method]holder.lock-range",
        |mut store, (holder, kind, first, last, waits): (Resource<Holder>, Kind, u64, u64, bool)| {
            Ok((table(&mut store).get(&holder)?.set_range(Some(kind), first, last, waits),))
        },
    )?;
    instance.func_wrap(
        "[method]holder.lock-file",
        |mut store, (holder, kind, waits): (Resource<Holder>, Kind, bool)| {
            Ok((table(&mut store).get(&holder)?.set_file(Some(kind), waits),))
        },
    )
}

/// The same for instances that share their threads, on the runtime `tokio`: one that waits for a lock looks again after a
/// while, and can be dropped before it has it.
///
/// # Errors
///
/// The linker has the interface already.
pub fn add_to_linker_async<T: WasiView + Send + 'static>(linker: &mut Linker<T>) -> Result<()> {
    let mut instance = linker.instance(INTERFACE)?;
    add_all_but_locking(&mut instance)?;
    instance.func_wrap_async(
        "[method]holder.lock-range",
        |store, (holder, kind, first, last, waits): (Resource<Holder>, Kind, u64, u64, bool)| {
            let attempt = move |holder: &Holder| holder.set_range(Some(kind), first, last, false);
            Box::new(async move { Ok((lock(store, holder, waits, attempt).await?,)) })
        },
    )?;
    instance.func_wrap_async(
        "[method]holder.lock-file",
        |store, (holder, kind, waits): (Resource<Holder>, Kind, bool)| {
            let attempt = move |holder: &Holder| holder.set_file(Some(kind), false);
            Box::new(async move { Ok((lock(store, holder, waits, attempt).await?,)) })
        },
    )
}

/// Attempts to lock once, or until nobody else has the lock.
async fn lock<T: WasiView + Send + 'static>(
    mut store: StoreContextMut<'_, T>,
    holder: Resource<Holder>,
    waits: bool,
    attempt: impl Fn(&Holder) -> Outcome + Send,
) -> Result<Outcome> {
    let mut pauses = Pauses::new();
    loop {
        let outcome = attempt(table(&mut store).get(&holder)?);
        if !waits || outcome != Err(ErrorCode::WouldBlock) {
            return Ok(outcome);
        }
        tokio::time::sleep(pauses.next()).await;
    }
}

/// Defines all that never waits.
fn add_all_but_locking<T: WasiView + 'static>(instance: &mut LinkerInstance<T>) -> Result<()> {
    instance.resource("holder", ResourceType::host::<Holder>(), |mut store, holder| {
        table(&mut store).delete(Resource::<Holder>::new_own(holder))?;
        Ok(())
    })?;
    instance.func_wrap("[static]holder.open", |mut store, (file,): (Resource<Descriptor>,)| {
        let table = table(&mut store);
        let opened: Outcome<Resource<Holder>> = match Holder::open(table.get(&file)?) {
            Ok(holder) => Ok(table.push(holder)?),
            Err(code) => Err(code),
        };
        Ok((opened,))
    })?;
    instance.func_wrap(
        "[method]holder.unlock-range",
        |mut store, (holder, first, last): (Resource<Holder>, u64, u64)| {
            Ok((table(&mut store).get(&holder)?.set_range(None, first, last, false),))
        },
    )?;
    instance.func_wrap(
        "[method]holder.find",
        |mut store, (holder, kind, first, last): (Resource<Holder>, Kind, u64, u64)| {
            Ok((table(&mut store).get(&holder)?.find(kind, first, last),))
        },
    )?;
    instance.func_wrap("[method]holder.unlock-file", |mut store, (holder,): (Resource<Holder>,)| {
        Ok((table(&mut store).get(&holder)?.set_file(None, false),))
    })
}

fn table<'a, T: WasiView + 'static>(store: &'a mut StoreContextMut<'_, T>) -> &'a mut ResourceTable {
    store.data_mut().ctx().table
}
