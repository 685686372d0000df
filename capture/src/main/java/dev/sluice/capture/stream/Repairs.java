package dev.sluice.capture.stream;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Port: which rows the stream is asked to read again, and what they are. Used by one thread. */
public interface Repairs {

  /**
   * A row as it was found, or a key that is to go, on its way to one shard.
   *
   * @param table number of the table in the plan
   * @param partition of the table's data topic
   * @param row null when the shard is not to have a row of this key
   */
  @SuppressWarnings("ArrayRecordComponent") // identity is never asked for
  record Found(int table, int partition, Object[] key, Object[] row) {}

  /** Id of the oldest request that is not among those done; null when there is none. Cheap. */
  String next(Collection<String> done);

  /** Those of the ids whose requests are still there. */
  Set<String> stillAsked(Collection<String> done);

  /**
   * Reads what a request names, in one snapshot that holds everything up to a position (I4); when
   * it returns the snapshot is closed. At most one record for each key and partition.
   *
   * @param gtidSet everything in it is in the journal
   * @throws dev.sluice.schemas.error.SluiceException what the server answered; a request that
   *     cannot be understood is answered with nothing
   */
  List<Found> read(String gtidSet, String id);

  /** Of a stream that nobody asks. */
  Repairs NONE =
      new Repairs() {
        @Override
        public String next(Collection<String> done) {
          return null;
        }

        @Override
        public Set<String> stillAsked(Collection<String> done) {
          return Set.of();
        }

        @Override
        public List<Found> read(String gtidSet, String id) {
          return List.of();
        }
      };
}
