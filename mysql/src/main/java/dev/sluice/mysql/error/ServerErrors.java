package dev.sluice.mysql.error;

import java.util.Set;

/** Numbers of MySQL's errors, grouped by what they mean to Sluice. */
final class ServerErrors {

  /**
   * Lock wait timeout, deadlock, NOWAIT, XA deadlock, group replication's rollback at commit, too
   * many transactions.
   */
  static final Set<Integer> CONTENTION = Set.of(1205, 1213, 3572, 1614, 1180, 3101, 1637, 1206);

  /**
   * The server is not there, is going away or takes no more connections: too many connections,
   * limits, shutdown, broken packets, interrupted statements, offline mode, no memory or threads, a
   * member leaving its group, and the client library's own numbers.
   */
  static final Set<Integer> UNAVAILABLE =
      Set.of(
          1040, 1042, 1043, 1053, 1077, 1078, 1079, 1080, 1129, 1152, 1158, 1159, 1160, 1161, 1184,
          1037, 1038, 1041, 1135, 1874, 3100, 1203, 1226, 1317, 1836, 2002, 2003, 2006, 2013, 3024,
          3032, 3058, 3168, 3169, 4031);

  /** Name or password refused, expired or locked; a host that is not known (yet). */
  static final Set<Integer> ACCESS_DENIED = Set.of(1045, 1130, 1698, 1820, 1862, 3118, 3955);

  /** A privilege is missing. */
  static final Set<Integer> PRIVILEGE = Set.of(1044, 1142, 1143, 1227, 1370, 1410, 1419, 1095);

  /** No space for files, tables, temporary files, the binary log. */
  static final Set<Integer> DISK_FULL = Set.of(1021, 1114, 1598, 1878, 3675, 3679);

  /** These carry the operating system's error in their text. */
  static final Set<Integer> STORAGE = Set.of(1, 3, 20, 1026, 1030, 1004, 1009, 1023, 1024);

  static final int NO_SUCH_TABLE = 1146;

  static final int KEY_COLUMN_MISSING = 1072;

  static final Set<Integer> DUPLICATE_KEY = Set.of(1022, 1062, 1169, 1586, 1859);

  static final Set<Integer> DUPLICATE_INDEX_NAME = Set.of(1061);

  /**
   * Foreign keys, NULL, range, truncation, wrong values, CHECK, missing default, SIGNAL, JSON,
   * partition.
   */
  static final Set<Integer> REFUSED_ROW =
      Set.of(
          1048, 1216, 1217, 1263, 1264, 1265, 1292, 1364, 1366, 1367, 1406, 1411, 1416, 1451, 1452,
          1467, 1526, 1644, 1690, 1748, 3105, 3140, 3156, 3157, 3643, 3819, 3903);

  /** A statement that names what is not there: schema, table, column. */
  static final Set<Integer> MISSING_OBJECT = Set.of(1049, 1051, 1054, 1146);

  static final int READ_ONLY_OPTION = 1290;
  static final int READ_ONLY_MODE = 1836;
  static final int TABLE_DEFINITION_CHANGED = 1412;
  static final int BINLOG_FATAL = 1236;
  static final int PACKET_TOO_LARGE = 1153;
  static final int BINLOG_CACHE_FULL = 1197;
  static final int ONLINE_LOG_FULL = 1799;
  static final int DISK_FULL_OF_FILES = 20;
  static final int LOCAL_INFILE_FORBIDDEN = 1148;
  static final int LOCAL_INFILE_DISABLED = 3948;

  private ServerErrors() {}
}
