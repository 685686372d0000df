/** Holding at a VDiff's marker; see docs/design/0011-reverse.md. */
package dev.sluice.apply.hold;
