package trade

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The drawing in the package comment has the table's phases, in its order.
func TestStates_AreDrawn(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	var drawn, table []Phase
	for _, m := range regexp.MustCompile(`(?m)^//\t([a-zA-Z]+) +\|`).FindAllSubmatch(source, -1) {
		drawn = append(drawn, Phase(m[1]))
	}
	for _, s := range states() {
		table = append(table, s.phase)
	}
	assert.Equal(t, table, drawn)
}

// Every phase that is not the last has a step, and no other has one.
func TestStates_MoveUntilTheyAreTerminal(t *testing.T) {
	for _, s := range states() {
		assert.Equal(t, s.terminal, s.step == nil, string(s.phase))
		assert.Equal(t, s.terminal && s.phase != Done, s.stop != nil, string(s.phase))
	}
}
