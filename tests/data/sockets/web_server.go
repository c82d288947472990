// A web server on the listener that is open when it starts, as descriptor 3.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

func main() {
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		fail(err)
	}
	server := &http.Server{}
	http.HandleFunc("/echo", func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			fail(err)
		}
		fmt.Fprintf(response, "%s %s: %s", request.Method, request.URL.Query().Get("n"), body)
	})
	ended := make(chan struct{})
	http.HandleFunc("/end", func(http.ResponseWriter, *http.Request) {
		go func() {
			if err := server.Shutdown(context.Background()); err != nil {
				fail(err)
			}
			close(ended)
		}()
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		fail(err)
	}
	<-ended
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
