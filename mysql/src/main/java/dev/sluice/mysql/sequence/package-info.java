/** Ids that no two shards give out twice, and that go on where the other side stopped. */
package dev.sluice.mysql.sequence;
