package statuspage_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The colours keep WCAG 2.1's contrasts in light and dark: 4.5 for text, 3 for
// what a picture needs to be understood.
func TestContrast(t *testing.T) {
	css, err := os.ReadFile("style.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, _ := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	for theme, text := range map[string]string{"light": light, "dark": dark} {
		colours := make(map[string]string)
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]+);`).FindAllStringSubmatch(text, -1) {
			colours[m[1]] = m[2]
		}
		for need, names := range map[float64][]string{
			4.5: {"text", "muted", "link", "up-text", "degraded-text", "down-text"},
			3:   {"up", "degraded", "down", "unknown", "line"},
		} {
			for _, name := range names {
				for _, ground := range []string{"card", "page"} {
					if ground == "page" && need == 3 {
						continue // pictures stand on cards
					}
					if got := contrast(t, colours[name], colours[ground]); got < need {
						t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", theme, name, ground, got, need)
					}
				}
			}
		}
		for _, mark := range []string{"up", "degraded", "down", "unknown"} {
			if got := contrast(t, colours["ink"], colours[mark]); got < 3 {
				t.Errorf("%s: the sign on %s has a contrast of %.2f, want 3", theme, mark, got)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	hex := strings.TrimPrefix(colour, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 24)
	if err != nil || len(hex) != 6 {
		t.Fatalf("colour %q", colour)
	}
	channel := func(shift uint) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.03928 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
}
