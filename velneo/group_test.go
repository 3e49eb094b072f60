package velneo_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

func TestPutGroup_InstanceByNameOrIDAsTheVersionWants(t *testing.T) {
	shop := velneo.Instance{Name: "shop", Project: "shop.vapp", Solution: "shops", FolderShared: "clients"}
	for version, byID := range map[string]bool{"7.8.0": false, "7.9": false, "7.11.9": false, "7.12": true, "7.12.0": true, "7.100": true, "8": true, "28.1": true} {
		for _, configured := range []bool{false, true} {
			t.Run(fmt.Sprint(version, ", configured ", configured), func(t *testing.T) {
				server, c := furnished(t, func(cfg *velneo.Config) {
					if configured {
						cfg.ServerVersion = version
					}
				})
				server.SetVersion(version)
				if version == "8" || version == "7.9" {
					server.SetVersion(version + ".0")
				}
				instance, err := c.PutInstance(t.Context(), shop)
				require.NoError(t, err)
				assert.Equal(t, "shop", instance.Name)
				assert.Equal(t, byID, instance.ID != "")
				_, err = c.PutGroup(t.Context(), velneo.Group{
					Name: "agents", AddAppInstance: instance.AppInstance, ManageSolutions: velneo.Yes, AddSolution: "shops",
				})
				require.NoError(t, err)
				want := velneotest.Group{ManageSolutions: "yes", Solutions: []string{"shops"}, AppInstances: []string{"shop"}}
				if byID {
					want.AppInstances = []string{instance.ID}
				}
				assert.Equal(t, want, server.Groups()["agents"])
				asked := 1
				if configured {
					asked = 0
				}
				assert.Equal(t, asked, server.Count("GET", "vserver", ""))
			})
		}
	}
}

// What the version needs is missing, or the version is not one: nothing changes.
func TestPutGroup_InstanceWithoutItsKey(t *testing.T) {
	for version, wrong := range map[string]struct {
		instance velneo.AppInstance
		want     error
	}{
		"7.12.0": {velneo.AppInstance{Name: "shop"}, velneo.ErrInvalid},
		"7.9.0":  {velneo.AppInstance{ID: "1"}, velneo.ErrInvalid},
		"beta":   {velneo.AppInstance{Name: "shop", ID: "1"}, velneo.ErrProtocol},
		"":       {velneo.AppInstance{Name: "shop", ID: "1"}, velneo.ErrProtocol},
	} {
		t.Run(version, func(t *testing.T) {
			server, c := furnished(t, nil)
			server.SetVersion(version)
			_, err := c.PutGroup(t.Context(), velneo.Group{Name: "late", AddAppInstance: wrong.instance})
			require.ErrorIs(t, err, wrong.want)
			assert.NotErrorIs(t, err, velneo.ErrAmbiguous)
			assert.NotContains(t, server.Groups(), "late")
		})
	}
}
