package wedos_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// vendorCodes are the error codes of the vendor's list and of the pages of its
// commands, by what their texts say: "… failed", "… exists", "try again later".
var vendorCodes = map[error][]int{
	wedos.ErrInvalid: slices.Concat(
		span(2000, 2005), span(2007, 2010), span(2100, 2102), span(2201, 2205), span(2207, 2249), span(2253, 2253), span(2264, 2267),
		span(2272, 2273), span(2276, 2277), span(2301, 2306), span(2308, 2315), span(2317, 2322), span(3003, 3005), span(3228, 3228), span(3242, 3242),
	),
	wedos.ErrUnauthorized: {2050},
	wedos.ErrForbidden:    {2011, 2051, 2150, 3223, 3227, 3238, 3240, 3252, 3255},
	wedos.ErrNotFound:     {2151, 3210, 3211, 3212, 3213, 3214, 3222, 3229, 3243, 3257, 3259, 3306, 3309},
	wedos.ErrConflict: slices.Concat(
		[]int{2269, 2278, 2291, 2316}, span(3201, 3208), span(3218, 3220), span(3231, 3237), span(3245, 3251),
		[]int{3260, 3263, 3264, 3303, 3312},
	),
	wedos.ErrFailed: {
		2295, 3209, 3215, 3216, 3217, 3221, 3224, 3225, 3226, 3230, 3239, 3241, 3244, 3254, 3256, 3262,
		3301, 3302, 3304, 3307, 3308, 3310, 3311,
	},
	wedos.ErrBusy:        {3305},
	wedos.ErrRateLimited: {2006, 2250, 2252},
	wedos.ErrBlocked:     {2052},
	wedos.ErrCredit:      slices.Concat(span(2279, 2286), []int{2290, 2293, 3001, 3002, 4002, 4003}),
	wedos.ErrUnavailable: slices.Concat([]int{2206, 2251, 2274, 2275, 3258, 4000, 4001}, span(4201, 4222), span(5000, 5003)),
}

func span(first, last int) (codes []int) {
	for code := first; code <= last; code++ {
		codes = append(codes, code)
	}
	return codes
}

// Each code matches the condition of its text, and one that is on no list
// matches none.
func TestCodes_Conditions(t *testing.T) {
	of := map[int][]error{}
	for condition, codes := range vendorCodes {
		for _, code := range codes {
			of[code] = append(of[code], condition)
		}
	}
	of[2052] = append(of[2052], wedos.ErrRateLimited)
	for code := 2000; code < 7000; code++ {
		err := (&wedos.Notification{Answer: wedos.Answer{Command: "x", Code: wedos.Code(code)}}).Err()
		for condition := range vendorCodes {
			if errors.Is(err, condition) != slices.Contains(of[code], condition) {
				t.Errorf("%d: %v, matches %q: %v", code, err, condition, errors.Is(err, condition))
			}
		}
	}
}

// "WDNS domain row add failed" is not a row that exists.
func TestDNSRowAdd_FailedIsNotConflict(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	fake.AddZone("example.com")
	fake.Inject(wedostest.Fault{Command: "dns-row-add", Code: 3307})
	_, err := c.DNSRowAdd(t.Context(), "example.com", wedos.NewRow{TTL: 300, Type: "A", Data: "192.0.2.1"})
	assert.ErrorIs(t, err, wedos.ErrFailed)
	assert.NotErrorIs(t, err, wedos.ErrConflict)
	assert.NotErrorIs(t, err, wedos.ErrAmbiguous)
}
