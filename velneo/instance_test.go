package velneo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
)

func TestPutInstance_IDInEveryForm(t *testing.T) {
	for body, want := range map[string]string{
		`{"status_code":200,"id_instancia":"a-1"}`: "a-1",
		`{"status_code":200,"id_instancia":17}`:    "17",
		`{"status_code":200,"id_instancia":null}`:  "",
		`{"status_code":200}`:                      "",
	} {
		t.Run(body, func(t *testing.T) {
			got, err := newClient(t, answering(t, 200, body)).PutInstance(t.Context(), velneo.Instance{Name: "a", Project: "b", Solution: "c", FolderShared: "d"})
			require.NoError(t, err)
			assert.Equal(t, velneo.InstanceResult{AppInstance: velneo.AppInstance{Name: "a", ID: want}}, got)
		})
	}
}
