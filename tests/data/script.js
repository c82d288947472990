// A script that uses its system: arguments, files, directories, the environment, errors, an exit status.
import * as std from 'qjs:std';
import * as os from 'qjs:os';

const [, directory, count] = scriptArgs;
std.printf('arguments: %s\n', JSON.stringify(scriptArgs.slice(1)));

const path = `${directory}/numbers.txt`;
const numbers = std.open(path, 'w+');
for (let i = 1; i <= Number(count); i++) numbers.puts(`${i} ${i * i}\n`);
numbers.seek(0, std.SEEK_SET);
const lines = numbers.readAsString().trimEnd().split('\n');
numbers.seek(-4, std.SEEK_END);
print('lines:', lines.length, 'last:', lines.at(-1), 'tail:', JSON.stringify(numbers.getline()));
numbers.close();

const [stat, error] = os.stat(path);
print('stat:', error, stat.size, (stat.mode & os.S_IFMT) === os.S_IFREG);
print('mkdir:', os.mkdir(`${directory}/made`), 'again:', os.mkdir(`${directory}/made`) !== 0);
print('rename:', os.rename(path, `${directory}/made/numbers.txt`), 'old name:', std.loadFile(path));
const [names] = os.readdir(directory);
print('names:', names.sort().join(' '));
const errorObject = {};
print('open:', std.open(`${directory}/nothing`, 'r', errorObject), errorObject.errno === std.Error.ENOENT);
print('variable:', std.getenv('WHO'), std.getenv('NOBODY'));
print('input:', std.in.getline(), std.in.getline(), std.in.eof());

const start = os.now();
os.sleep(5);
print('slept:', os.now() - start >= 5);
std.err.puts('this goes to stderr\n');
std.exit(42);
