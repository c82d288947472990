//! The directory `/dev`. The adapter's `vfs/device.rs` has the devices.

use super::{FileTree, Kind};

/// A device, with the number that the adapter has for it.
#[derive(Clone, Copy, Debug)]
pub enum Device {
    Null,
    Zero,
    Full,
    Random,
    Terminal,
}

const DEVICES: [(&str, Device); 6] = [
    ("null", Device::Null),
    ("zero", Device::Zero),
    ("full", Device::Full),
    ("random", Device::Random),
    ("urandom", Device::Random),
    ("tty", Device::Terminal),
];

/// The names of the standard streams.
const STREAMS: [(&str, &str); 3] = [("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")];

impl FileTree {
    /// Adds the directory `/dev` with `null`, `zero`, `full`, `random`, `urandom`, `tty`, `stdin`, `stdout`, `stderr` and `fd`,
    /// and preopens it.
    ///
    /// They take the places of files of these names. What else is in the directory stays there.
    pub fn devices(&mut self) -> &mut FileTree {
        let Some(directory) = self.directories(&["dev"], "/dev") else { return self };
        self.mount(directory, true, &["dev"]);
        let devices = DEVICES.map(|(name, device)| (name, Kind::Device(device)));
        let streams = STREAMS.map(|(name, target)| (name, Kind::Link { target: target.into(), read: None }));
        for (name, kind) in devices.into_iter().chain(streams).chain([("fd", Kind::Numbers)]) {
            self.add(directory, name, kind, &format!("/dev/{name}"));
        }
        self
    }

    /// Returns whether there are devices.
    pub(super) fn has_devices(&self) -> bool {
        self.nodes.iter().any(|node| matches!(node.kind, Kind::Device(_) | Kind::Numbers))
    }
}
