# Ruby's own library for CGI.
require 'cgi'

cgi = CGI.new(accept_charset: 'UTF-8')
plain = { 'type' => 'text/plain' }

case cgi.path_info
when '/echo'
  names = %w[REQUEST_METHOD SCRIPT_NAME PATH_INFO QUERY_STRING CONTENT_TYPE CONTENT_LENGTH HTTP_COOKIE]
  lines = names.select { |name| ENV[name] && !ENV[name].empty? }.map { |name| "#{name}=#{ENV[name]}" }
  lines << "cookies #{cgi.cookies.map { |name, values| [name, values.to_a] }.sort.inspect}"
  cgi.params.sort.each do |name, values|
    values = values.map { |value| value.respond_to?(:read) ? "#{value.read.bytesize} bytes of a file" : value }
    lines << "#{name} #{values.inspect}"
  end
  cgi.out(plain) { lines.join("\n") + "\n" }
when '/cookies'
  two = [CGI::Cookie.new('name' => 'a', 'value' => '1'), CGI::Cookie.new('name' => 'b', 'value' => '2', 'path' => '/')]
  cgi.out(plain.merge('cookie' => two)) { "two\n" }
when '/redirect'
  print cgi.http_header('status' => '303 See Other', 'location' => 'http://example.test/elsewhere')
when '/big'
  print cgi.http_header('application/octet-stream')
  # When its buffer is full, `print` asks for O_NONBLOCK, which preview1 hosts lack for standard output.
  $stdout.flush
  3000.times { |i| $stdout.syswrite((97 + i % 26).chr * 1000) }
else
  cgi.out(plain.merge('status' => '404 Not Found')) { "no such page\n" }
end
