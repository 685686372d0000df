/**
 * The local stack: a real Kafka broker, a real schema registry and real MySQL servers, each a
 * process or a container of its own, for tests, for the quick start and for {@code sluice dev}.
 */
package dev.sluice.tests.stack;
