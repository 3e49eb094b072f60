package compare_test

import (
	"context"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/google/go-github/v90/github"
	"github.com/hetznercloud/hcloud-go/v2/hcloud"
	"github.com/hooklift/gowsdl/soap"
	"github.com/ovh/go-ovh/ovh"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/wedos"
)

// marker is a text that each create sends along.
const marker = "marker-of-what-was-sent"

// client creates something at the service at url: one change, by POST or in a
// form. Clients are as their constructors make them, apart from the shorter
// waits between attempts.
type client struct {
	create func(ctx context.Context, url string) error
	ours   bool
}

var clients = map[string]client{
	"azcore":    {create: azcoreCreate},
	"go-github": {create: githubCreate},
	"go-ovh":    {create: goOVHCreate},
	"gowsdl":    {create: gowsdlCreate},
	"hcloud-go": {create: hcloudCreate},

	"ovhrest": {create: ovhrestCreate, ours: true},
	"ovhsoap": {create: ovhsoapCreate, ours: true},
	"velneo":  {create: velneoCreate, ours: true},
	"wedos":   {create: wedosCreate, ours: true},
}

func azcoreCreate(ctx context.Context, url string) error {
	options := &policy.ClientOptions{Retry: policy.RetryOptions{RetryDelay: time.Millisecond}}
	pipeline := runtime.NewPipeline("compare", "v1", runtime.PipelineOptions{}, options)
	req, err := runtime.NewRequest(ctx, http.MethodPost, url+"/things")
	if err != nil {
		return err
	}
	if err := runtime.MarshalAsJSON(req, map[string]string{"name": marker}); err != nil {
		return err
	}
	resp, err := pipeline.Do(req)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return runtime.NewResponseError(resp)
	}
	var answer map[string]any
	return runtime.UnmarshalAsJSON(resp, &answer)
}

func githubCreate(ctx context.Context, url string) error {
	c, err := github.NewClient(github.WithAuthToken("token"), github.WithURLs(github.Ptr(url+"/"), nil))
	if err != nil {
		return err
	}
	_, _, err = c.Repositories.Create(ctx, "", &github.Repository{Name: github.Ptr(marker)})
	return err
}

func goOVHCreate(ctx context.Context, url string) error {
	c := &ovh.Client{AppKey: "key", AppSecret: "secret", ConsumerKey: "consumer", Client: &http.Client{}, Timeout: ovh.DefaultTimeout}
	if err := c.SetEndpoint(url + "/1.0"); err != nil {
		return err
	}
	var answer map[string]any
	return c.PostWithContext(ctx, "/order/cart", map[string]string{"description": marker}, &answer)
}

func gowsdlCreate(ctx context.Context, url string) error {
	type popAdd struct {
		Pop string `xml:"pop"`
	}
	var answer struct{}
	return soap.NewClient(url).CallContext(ctx, "popAdd", &popAdd{marker}, &answer)
}

func hcloudCreate(ctx context.Context, url string) error {
	c := hcloud.NewClient(hcloud.WithEndpoint(url), hcloud.WithToken("token"),
		hcloud.WithRetryOpts(hcloud.RetryOpts{BackoffFunc: hcloud.ConstantBackoff(time.Millisecond), MaxRetries: 5}))
	_, _, err := c.SSHKey.Create(ctx, hcloud.SSHKeyCreateOpts{Name: "name", PublicKey: marker})
	return err
}

func ovhrestCreate(ctx context.Context, url string) error {
	c, err := ovhrest.New(ovhrest.Config{AppKey: "key", AppSecret: ovhrest.NewSecret("secret"), ConsumerKey: ovhrest.NewSecret("consumer"), URL: url + "/1.0"})
	if err != nil {
		return err
	}
	defer c.Close()
	var answer map[string]any
	return c.Post(ctx, "/order/cart", map[string]string{"description": marker}, &answer)
}

func ovhsoapCreate(ctx context.Context, url string) error {
	c, err := ovhsoap.New(ovhsoap.Config{Nic: "nic", Password: ovhsoap.NewSecret("password"), URL: url})
	if err != nil {
		return err
	}
	defer c.Close()
	s, err := c.Resume(ovhsoap.NewSecret("session"))
	if err != nil {
		return err
	}
	return s.PopAdd(ctx, ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret("password"), Description: ovhsoap.Some(marker)})
}

func velneoCreate(ctx context.Context, url string) error {
	c, err := velneo.New(velneo.Config{Email: "owner@example.com", APIKey: velneo.NewSecret("key"), URL: url + "/v1"})
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.PutUser(ctx, velneo.User{Username: marker, Password: velneo.NewSecret("password"), Group: "agents"})
	return err
}

func wedosCreate(ctx context.Context, url string) error {
	c, err := wedos.New(wedos.Config{Login: "owner@example.com", Password: wedos.NewSecret("password"), URL: url + "/wapi"})
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.DNSRowAdd(ctx, "example.com", wedos.NewRow{Name: "www", TTL: 300, Type: "TXT", Data: marker})
	return err
}
