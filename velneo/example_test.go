package velneo_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// A stop, a backup while the server stands still, and a start.
func Example() {
	server := velneotest.NewServer(velneotest.Options{}) // in place of the service
	defer server.Close()
	cfg := server.Config()
	cfg.PollInterval = 10 * time.Millisecond
	client, err := velneo.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	if err := client.Stop(ctx); err != nil {
		log.Fatal(err)
	}
	vserver, err := client.WaitForStatus(ctx, velneo.StatusStopped)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(vserver.Status, vserver.Version)

	link, err := client.Backup(ctx)
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "velneo")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	backup, err := client.DownloadBackup(ctx, link, filepath.Join(dir, "vserver.backup"), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(backup.Size, "bytes")

	if err := client.Start(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// stopped 7.12.0
	// 524304 bytes
}

// A customer's group, folder, application and user.
func ExampleClient_PutInstance() {
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	client, err := velneo.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	ctx := context.Background()

	if err := client.SetCredentials(ctx, "root", velneo.NewSecret("the supervisor's password")); err != nil {
		log.Fatal(err)
	}
	if _, err := client.PutGroup(ctx, velneo.Group{Name: "client1"}); err != nil {
		log.Fatal(err)
	}
	if _, err := client.PutFolder(ctx, velneo.Folder{Name: "client1", Path: "clients/client1", Group: "client1"}); err != nil {
		log.Fatal(err)
	}
	shop, err := client.PutInstance(ctx, velneo.Instance{Name: "shop", Project: "shop", Solution: "shops", FolderShared: "client1"})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.PutGroup(ctx, velneo.Group{Name: "client1", AddAppInstance: shop.AppInstance}); err != nil {
		log.Fatal(err)
	}
	user := velneo.User{Username: "luis", Password: velneo.NewSecret("secret"), Group: "client1", IsSupervisor: velneo.No}
	if _, err := client.PutUser(ctx, user); err != nil {
		log.Fatal(err)
	}
	fmt.Println(shop.Name, shop.ID, user)
	// Output:
	// shop instance-1 velneo.User{REDACTED}
}

// What a caller can tell from an error.
func ExampleError() {
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	client, err := velneo.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	_, err = client.PutUser(context.Background(), velneo.User{Username: "luis", Password: velneo.NewSecret("secret"), Group: "agents"})
	fmt.Println(err, errors.Is(err, velneo.ErrForbidden))

	server.Inject(velneotest.Fault{Action: "backup", Lose: true}) // and then the connection is lost
	_, err = client.Backup(context.Background())
	fmt.Println(errors.Is(err, velneo.ErrAmbiguous))
	// Output:
	// velneo: PUT user: no credentials for the vServer (code 403) true
	// true
}

// The service's certificate is known by its key.
func ExamplePin() {
	server := velneotest.NewTLSServer(velneotest.Options{})
	defer server.Close()
	cfg := server.Config() // Pins: []string{velneo.Pin(certificate)}
	client, err := velneo.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	vserver, err := client.VServer(context.Background())
	fmt.Println(vserver.Status, err)

	cfg.Pins = nil
	other, err := velneo.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	defer other.Close()
	_, err = other.VServer(context.Background())
	fmt.Println(errors.Is(err, velneo.ErrProtocol))
	// Output:
	// running <nil>
	// true
}

func ExampleSign() {
	fmt.Println(velneo.Sign("luis@example.com", 1400000000, "0f1e2d3c4b5a69788796a5b4c3d2e1f0"))
	// Output:
	// 633e458292c20005dc78c121ffd6e398b2f44480
}

func ExampleClient_Do() {
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	client, err := velneo.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	var answer struct {
		VRL string `json:"vrl"`
	}
	err = client.Do(context.Background(), "GET", "vserver", nil, &answer)
	fmt.Println(answer.VRL, err)
	// Output:
	// vatp://vserver.example.com:6676 <nil>
}
