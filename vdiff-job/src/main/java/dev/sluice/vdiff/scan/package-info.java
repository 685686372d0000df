/** Reading both sides at one exact moment. */
package dev.sluice.vdiff.scan;
