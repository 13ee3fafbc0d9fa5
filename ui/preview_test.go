package ui_test

import "testing"

// If there is room for one or two parameters, they are those that distinguish this message,
// not those that every event of the plan has.
func TestPreviewOmitsCarriedValues(t *testing.T) {
	begin(t, 120, 36).live().page("https://shop.example/").
		push("widget_email_clicked", `"widget_platform":"web","timestamp":1795424402600,"link_url":"mailto:a@b.example","link_type":"email","link_text":"Write"`).
		push("unplanned", `"timestamp":1795424402600,"colour":"green"`).
		idle().
		sees("✓ link_url=mailto:a@b.example", "· colour=green timestamp=1795424402600")
}
