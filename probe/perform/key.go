package perform

import (
	"context"
	"fmt"
	"math"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp/kb"

	"layertap/flow"
)

// modifier is a set of modifier keys, with the bits of Input.dispatchKeyEvent
// (https://chromedevtools.github.io/devtools-protocol/tot/Input/#method-dispatchKeyEvent).
type modifier int64

const (
	alt modifier = 1 << iota
	control
	meta
	shift
)

// modifiers are the modifier keys by their names.
var modifiers = map[string]modifier{"Alt": alt, "Control": control, "Meta": meta, "Shift": shift}

// sides are the keys that Recorder names by their side of the keyboard, and those of
// the number pad, with the names of the same keys elsewhere.
var sides = map[string]string{
	"ShiftLeft": "Shift", "ShiftRight": "Shift", "ControlLeft": "Control", "ControlRight": "Control",
	"AltLeft": "Alt", "AltRight": "Alt", "MetaLeft": "Meta", "MetaRight": "Meta",
	"NumpadEnter": "Enter", "NumpadMultiply": "*", "NumpadAdd": "+", "NumpadSubtract": "-", "NumpadDivide": "/", "NumpadEqual": "=", "NumpadDecimal": ".",
	"Numpad0": "0", "Numpad1": "1", "Numpad2": "2", "Numpad3": "3", "Numpad4": "4", "Numpad5": "5", "Numpad6": "6", "Numpad7": "7", "Numpad8": "8", "Numpad9": "9",
}

// named returns the usual name of a key.
func named(key string) string {
	if other := sides[key]; other != "" {
		return other
	}
	return key
}

// CheckKeys returns an error that names the first step whose key isn't known.
func CheckKeys(f flow.Flow) error {
	for i, s := range f.Steps {
		if (s.Type == flow.KeyDownStep || s.Type == flow.KeyUpStep) && keyOf(named(s.Key), false) == nil {
			return fmt.Errorf("step %d (%s): unknown key %q: give a character, or a name such as Enter, Tab or ArrowDown", i+1, s.Type, s.Key)
		}
	}
	return nil
}

// keyOf returns the events of a key, given by name ("Enter", "KeyA") or by character:
// those for pressing it, then the one for releasing it. If shifted is set, Shift is
// held. It returns nil for an unknown key.
func keyOf(name string, shifted bool) []*input.DispatchKeyEventParams {
	if letters := []rune(name); len(letters) == 1 {
		key := kb.Keys[letters[0]]
		if !shifted || key == nil || key.Shift {
			return kb.Encode(letters[0])
		}
		name = key.Code
	}
	// "a" and "A" are the same key, and so are "5" and "%".
	const none = math.MaxInt32
	wanted, other := rune(none), rune(none)
	for letter, key := range kb.Keys {
		switch {
		case key.Code != name && key.Key != name:
		case key.Shift == shifted:
			wanted = min(wanted, letter)
		default:
			other = min(other, letter)
		}
	}
	if wanted == none {
		wanted = other
	}
	if wanted == none {
		return nil
	}
	return kb.Encode(wanted)
}

// key presses or releases a key. A modifier that is pressed applies to the keys and
// clicks of the steps until it is released.
func (f *performer) key(ctx context.Context) error {
	name := named(f.step.Key)
	events := keyOf(name, *f.held&shift != 0)
	if len(events) == 0 {
		return fmt.Errorf("unknown key %q", f.step.Key)
	}
	pressed, last := modifiers[name], len(events)-1
	if f.step.Type == flow.KeyUpStep {
		*f.held &^= pressed
		return f.press(ctx, events[last:])
	}
	*f.held |= pressed
	return f.press(ctx, events[:last])
}

// press sends the events of a key, with the modifiers that are held.
func (f *performer) press(ctx context.Context, keys []*input.DispatchKeyEventParams) error {
	for _, key := range keys {
		if key.Type == kb.KeyChar && *f.held&^shift != 0 {
			continue // with such a modifier a key is a shortcut, and types nothing
		}
		key.Modifiers |= int64(*f.held)
		if _, err := call(ctx, f.page, input.DispatchKeyEvent, *key); err != nil {
			return err
		}
	}
	return nil
}
