/**
 * The schema that Sluice owns on every primary: checkpoints, markers, heartbeats, fences,
 * sequences.
 */
package dev.sluice.mysql.sidecar;
