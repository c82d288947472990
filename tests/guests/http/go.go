// Go's own CGI server side: it parses the request, reads the body, and exits by proc_exit.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cgi"
)

func main() {
	http.HandleFunc("/", func(answer http.ResponseWriter, request *http.Request) {
		if request.URL.Query().Get("status") == "418" {
			http.SetCookie(answer, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(answer, &http.Cookie{Name: "b", Value: "2"})
			answer.WriteHeader(418)
			return
		}
		body, err := io.ReadAll(request.Body)
		fmt.Fprintf(answer, "%s %s from %s\n", request.Method, request.URL, request.Host)
		fmt.Fprintf(answer, "form %v agent %q cookies %v\n", request.URL.Query(), request.UserAgent(), request.Cookies())
		fmt.Fprintf(answer, "body %q %v length %d\n", body, err, request.ContentLength)
	})
	if err := cgi.Serve(nil); err != nil {
		fmt.Println("Status: 500\n\n", err)
	}
}
