/** The verb {@code dev}: the local stack in the background, for people who develop against it. */
package dev.sluice.tests.stack.dev;
