// Command exporter is the whole of a Prometheus exporter on this SDK, for the
// benchmark to measure beside blackbox_exporter:
//
//	exporter -listen 127.0.0.1:9115 -ca ca.pem https://127.0.0.1:8443/
//
// It registers the URL as the target "bench".
package main

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/promprobe"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:9115", "address to serve on")
	ca := flag.String("ca", "", "file with the certificate to trust")
	flag.Parse()
	if err := serve(*listen, *ca, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "exporter:", err)
		os.Exit(1)
	}
}

func serve(listen, ca, url string) error {
	pem, err := os.ReadFile(ca)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	m, err := monitor.New(monitor.Config{
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
		TLS:   map[string]monitor.TLS{"bench": monitor.NewTLS(&tls.Config{RootCAs: roots})},
	})
	if err != nil {
		return err
	}
	catalog := &promprobe.Catalog{}
	if err := catalog.Replace([]monitor.Target{{
		ID: "bench", Kind: monitor.KindURL, URL: url, Interval: time.Minute,
		Params: map[string]string{monitor.ParamTLS: "bench", monitor.ParamCertDays: "0"},
	}}); err != nil {
		return err
	}
	probe, err := promprobe.ProbeHandler(promprobe.ProbeConfig{Runner: m, Lookup: catalog.Lookup})
	if err != nil {
		return err
	}
	http.Handle("/probe", probe)
	return http.ListenAndServe(listen, nil)
}
