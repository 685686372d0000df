/** Consumer group offsets, which say to lag tools how far the shard is. */
package dev.sluice.apply.offsets;
