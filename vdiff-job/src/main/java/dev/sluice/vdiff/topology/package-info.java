/** The Kafka Streams application that compares digests; any number of processes share it. */
package dev.sluice.vdiff.topology;
