/** Proves both sides of a move equal while both are live: see docs/design/0014-vdiff.md. */
package dev.sluice.vdiff;
