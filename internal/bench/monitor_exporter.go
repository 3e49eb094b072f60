package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"text/tabwriter"
	"time"
)

// exporterProbes is how many probes a child carries out in a round.
const exporterProbes = 1000

// exporterInFlight is how many of them at the same time.
const exporterInFlight = 8

// What else there is beside the cases, by name.
const (
	exporterSection  = "monitor: /probe"
	schedulerSection = "monitor: scheduler"
)

// monitorSections prints what does not fit a Case: other processes, and a
// quarter of a minute of scheduling. part is the name that was asked for.
func monitorSections(w *tabwriter.Writer, rounds int, part string) error {
	if strings.Contains(exporterSection, part) {
		if err := monitorExporter(w, rounds); err != nil {
			return err
		}
		_ = w.Flush()
	}
	if strings.Contains(schedulerSection, part) {
		return monitorScheduler(w)
	}
	return nil
}

// monitorExporter compares a whole exporter on monitor/promprobe with
// blackbox_exporter (apt install prometheus-blackbox-exporter): both are child
// processes that probe the same server and are asked as Prometheus asks. What
// a probe costs is the child's processor time, less that of a child that is
// started and never asked, divided by the probes.
func monitorExporter(out io.Writer, rounds int) error {
	blackbox, err := exec.LookPath("prometheus-blackbox-exporter")
	if err != nil {
		fmt.Fprintln(out, "monitor: /probe beside blackbox_exporter: left out; apt install prometheus-blackbox-exporter")
		return nil
	}
	dir, err := os.MkdirTemp("", "exporter")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ours := filepath.Join(dir, "exporter.exe")
	build := exec.Command("go", "build", "-o", ours, "./exporter")
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("run this in internal/bench: %w: %s", err, text)
	}
	certificate, err := benchCertificate(filepath.Join(dir, "ca.pem"))
	if err != nil {
		return err
	}
	config := filepath.Join(dir, "blackbox.yml")
	if err := os.WriteFile(config, []byte(`modules: {bench: {prober: http, timeout: 5s, http: {preferred_ip_protocol: ip4, tls_config: {ca_file: "`+
		filepath.Join(dir, "ca.pem")+`"}}}}`), 0o600); err != nil {
		return err
	}
	for _, c := range []struct {
		name string
		most float64
		tls  bool
	}{{"HTTP", 0.35, false}, {"HTTPS", 0.6, true}} {
		server := benchServer(certificate, c.tls)
		our := exporterChild{path: ours, query: "target=bench", args: func(listen string) []string {
			return []string{"-listen", listen, "-ca", filepath.Join(dir, "ca.pem"), server.URL + "/"}
		}}
		their := exporterChild{path: blackbox, query: "module=bench&target=" + server.URL + "/", args: func(listen string) []string {
			return []string{"--config.file=" + config, "--web.listen-address=" + listen, "--log.level=error"}
		}}
		err := compareExporters(out, c.name, c.most, rounds, our, their)
		server.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func compareExporters(out io.Writer, name string, most float64, rounds int, our, their exporterChild) error {
	var ratios []float64
	var a, b time.Duration
	for range rounds {
		var err error
		if a, err = our.cost(); err != nil {
			return err
		}
		if b, err = their.cost(); err != nil {
			return err
		}
		ratios = append(ratios, float64(a)/float64(b))
	}
	slices.Sort(ratios)
	fmt.Fprintf(out, "monitor: /probe over %s\tblackbox_exporter\t%.2f\t%.2f..%.2f\t%.2f\t%v\t-\t%v\t-\t\n",
		name, ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1], most, a, b)
	return nil
}

// exporterChild is an exporter that can be started.
type exporterChild struct {
	path, query string
	args        func(listen string) []string
}

// cost is the processor time of one probe.
func (e exporterChild) cost() (time.Duration, error) {
	idle, err := e.run(0)
	if err != nil {
		return 0, err
	}
	busy, err := e.run(exporterProbes)
	return (busy - idle) / exporterProbes, err
}

// run starts the exporter, has it probe n times, ends it and returns the
// processor time that it used.
func (e exporterChild) run(n int) (time.Duration, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // a free port; nobody else asks for ports here
	if err != nil {
		return 0, err
	}
	listen := l.Addr().String()
	_ = l.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, e.path, e.args(listen)...)
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	err = e.ask(ctx, "http://"+listen, n)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), err
}

// ask waits for the exporter, checks one answer, and then has several probes
// in flight at all times, as a Prometheus with many targets has.
func (e exporterChild) ask(ctx context.Context, base string, n int) error {
	for {
		conn, err := net.DialTimeout("tcp", strings.TrimPrefix(base, "http://"), time.Second)
		if err == nil {
			_ = conn.Close()
			break
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s does not listen: %w", e.path, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if n == 0 {
		return nil
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: exporterInFlight}}
	defer client.CloseIdleConnections()
	if body, err := e.scrape(ctx, client, base, "identity"); err != nil || !strings.Contains(body, "\nprobe_success 1") {
		return fmt.Errorf("%s does not find the server up: %v %s", e.path, err, body)
	}
	var left atomic.Int64
	left.Store(int64(n - 1))
	results := make(chan error)
	for range exporterInFlight {
		go func() {
			var err error
			for err == nil && left.Add(-1) >= 0 {
				_, err = e.scrape(ctx, client, base, "gzip")
			}
			results <- err
		}()
	}
	var failed []error
	for range exporterInFlight {
		failed = append(failed, <-results)
	}
	return errors.Join(failed...)
}

// scrape asks as Prometheus 2.42 does.
func (e exporterChild) scrape(ctx context.Context, client *http.Client, base, encoding string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/probe?"+e.query, nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Accept", "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")
	req.Header.Set("Accept-Encoding", encoding)
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "10")
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %d: %s", e.path, resp.StatusCode, body)
	}
	return string(body), err
}

// benchServer is what both exporters probe.
func benchServer(certificate tls.Certificate, secure bool) *httptest.Server {
	page := []byte(strings.Repeat("<p>a page of two kilobytes</p>\n", 64))
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(page) }))
	if secure {
		s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
		s.StartTLS()
	} else {
		s.Start()
	}
	return s
}

// benchCertificate makes a certificate for 127.0.0.1 and writes it to file.
func benchCertificate(file string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	err = os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
