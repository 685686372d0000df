/** Reading journal and data topics, and the thread that keeps the next piece ready. */
package dev.sluice.apply.feed;
