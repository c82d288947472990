//! The options for sockets that are open when a program starts.

use clap::Args;
use wasi_adapt::{Connection, Linker, Listener};

#[derive(Args)]
#[command(next_help_heading = "Sockets that are open when the program starts")]
pub struct SocketArgs {
    /// A listener of TCP or a bound socket of UDP, `tcp:ADDRESS:PORT` or `udp:ADDRESS:PORT`; may be given several times
    ///
    /// Sockets are the descriptors from 3 on, and the directories those behind. The program has the host's network by
    /// `wasi:sockets`, and no other code for it than preview1's functions. The variable `WASI_LISTEN` in the environment of
    /// the component takes the place of the list, if it is set: the same with commas between.
    #[arg(long, value_name = "SOCKET[=NAME]")]
    listen: Vec<Listener>,
    /// A connection, `tcp:HOST:PORT` or `udp:HOST:PORT`; may be given several times
    ///
    /// Connections have the numbers behind those of listeners. The variable `WASI_CONNECT` takes the place of the list.
    #[arg(long, value_name = "SOCKET[=NAME]")]
    connect: Vec<Connection>,
}

impl SocketArgs {
    pub fn apply(&self, mut linker: Linker) -> Linker {
        if !self.listen.is_empty() {
            linker = linker.listen(self.listen.iter().cloned());
        }
        if !self.connect.is_empty() {
            linker = linker.connect(self.connect.iter().cloned());
        }
        linker
    }

    /// Returns the variables by which a component that is already linked learns of the sockets.
    #[cfg(feature = "host")]
    pub fn variables(&self) -> Vec<(String, String)> {
        let listen = (!self.listen.is_empty()).then(|| (Listener::VARIABLE, Listener::value(&self.listen)));
        let connect = (!self.connect.is_empty()).then(|| (Connection::VARIABLE, Connection::value(&self.connect)));
        listen.into_iter().chain(connect).map(|(name, value)| (name.into(), value)).collect()
    }
}
