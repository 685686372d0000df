/** Applies the cuts of all streams of a workflow to one shard; see docs/design/0004-apply.md. */
package dev.sluice.apply;
