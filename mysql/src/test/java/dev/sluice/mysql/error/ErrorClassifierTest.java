package dev.sluice.mysql.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorClassifierTest {

  private final ErrorClassifier classifier = new ErrorClassifier();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1205 | 41000 | Lock wait timeout exceeded                                  | MYSQL_CONTENTION
          1213 | 40001 | Deadlock found when trying to get lock                      | MYSQL_CONTENTION
          1317 | 70100 | Query execution was interrupted                             | MYSQL_UNAVAILABLE
          1040 | 08004 | Too many connections                                        | MYSQL_UNAVAILABLE
          1053 | 08S01 | Server shutdown in progress                                 | MYSQL_UNAVAILABLE
          0    | 08S01 | Communications link failure                                 | MYSQL_UNAVAILABLE
          0    | 08003 | No operations allowed after connection closed.              | MYSQL_UNAVAILABLE
          0    | S1000 | No operations allowed after statement closed.               | MYSQL_UNAVAILABLE
          1290 | HY000 | running with the --read-only option so it cannot execute     | MYSQL_READ_ONLY
          1290 | HY000 | running with the --super-read-only option so it cannot       | MYSQL_READ_ONLY
          1290 | HY000 | running with the --secure-file-priv option so it cannot      | MYSQL_STATEMENT_FAILED
          1836 | HY000 | Running in read-only mode                                   | MYSQL_READ_ONLY
          1045 | 28000 | Access denied for user                                      | MYSQL_ACCESS_DENIED
          1142 | 42000 | INSERT command denied to user                               | MYSQL_PRIVILEGE_MISSING
          1044 | 42000 | Access denied for user to database                          | MYSQL_PRIVILEGE_MISSING
          1021 | HY000 | Disk full                                                   | TARGET_DISK_FULL
          1114 | HY000 | The table 't' is full                                       | TARGET_DISK_FULL
          1026 | HY000 | Error writing file 'binlog' (OS errno 28 - No space left)   | TARGET_DISK_FULL
          1030 | HY000 | Got error 28 from storage engine                            | TARGET_DISK_FULL
          3    | HY000 | Error writing file '/tmp/ML1' (OS errno 28 - No space left) | TARGET_DISK_FULL
          20   | HY000 | Disk is full writing '/tmp/x'. Waiting for someone          | TARGET_DISK_FULL
          3    | HY000 | Error writing file '/tmp/ML1' (OS errno 5 - I/O error)      | MYSQL_STATEMENT_FAILED
          1878 | HY000 | Temporary file write failure.                               | TARGET_DISK_FULL
          1130 | HY000 | Host '10.0.0.7' is not allowed to connect                   | MYSQL_ACCESS_DENIED
          1135 | HY000 | Can't create a new thread                                   | MYSQL_UNAVAILABLE
          3100 | HY000 | Error on observer while running replication hook            | MYSQL_UNAVAILABLE
          1799 | HY000 | Creating index 'k' required more than max_size bytes        | MYSQL_STATEMENT_FAILED
          1030 | HY000 | Got error 168 from storage engine                           | MYSQL_STATEMENT_FAILED
          1062 | 23000 | Duplicate entry '1' for key 't.PRIMARY'                     | TARGET_REFUSED_ROW
          1452 | 23000 | Cannot add or update a child row                            | TARGET_REFUSED_ROW
          1406 | 22001 | Data too long for column 'v' at row 1                       | TARGET_REFUSED_ROW
          3819 | HY000 | Check constraint 'c' is violated.                           | TARGET_REFUSED_ROW
          1644 | 45000 | a trigger's SIGNAL                                          | TARGET_REFUSED_ROW
          1412 | HY000 | Table definition has changed, please retry transaction      | TABLE_CHANGED
          1153 | 08S01 | Got a packet bigger than 'max_allowed_packet' bytes         | ROW_TOO_LARGE
          1146 | 42S02 | Table 'a.b' doesn't exist                                   | MYSQL_STATEMENT_FAILED
          1064 | 42000 | You have an error in your SQL syntax                        | MYSQL_STATEMENT_FAILED
          1236 | HY000 | Could not find first log file name in binary log index file | BINLOG_PURGED
          1236 | HY000 | the source has purged required binary logs                  | BINLOG_PURGED
          1236 | HY000 | A replica with the same server_uuid has connected           | MYSQL_STATEMENT_FAILED
          """)
  void everyErrorHasItsMeaning(int number, String state, String message, ErrorCode expected) {
    SluiceException error =
        classifier.classify(new SQLException(message, state, number), "apply cut 7");
    assertThat(error.code()).isEqualTo(expected);
    assertThat(error.remedy()).isNotEmpty();
    assertThat(error.getMessage()).startsWith("cannot apply cut 7: ").contains(message);
  }

  @Test
  void aDeadlockInsideABatchIsFound() {
    SQLException deadlock = new SQLException("Deadlock found", "40001", 1213);
    BatchUpdateException batch = new BatchUpdateException("batch failed", "40001", 0, new int[0]);
    batch.initCause(deadlock);
    assertThat(classifier.isContention(batch)).isTrue();
    SQLException outer = new SQLException("outer", "HY000", 0);
    outer.setNextException(deadlock);
    assertThat(classifier.isContention(outer)).isTrue();
  }

  @Test
  void aBrokenConnectionIsUnavailableWithoutANumber() {
    assertThat(
            classifier
                .classify(new SQLNonTransientConnectionException("gone", "08001"), "connect")
                .code())
        .isEqualTo(ErrorCode.MYSQL_UNAVAILABLE);
  }

  @Test
  void anyThrowableIsClassifiedOnce() {
    SluiceException known = new SluiceException(ErrorCode.FENCED, "m", "r");
    assertThat(classifier.classifyAny(new RuntimeException(known), "x")).isSameAs(known);
    assertThat(
            classifier
                .classifyAny(new RuntimeException(new SQLException("m", "40001", 1213)), "x")
                .code())
        .isEqualTo(ErrorCode.MYSQL_CONTENTION);
    assertThat(classifier.classifyAny(new IllegalStateException("bug"), "x").code())
        .isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void refusedLocalFilesAndDuplicatesAreTold() {
    assertThat(classifier.isLocalInfileRefused(new SQLException("m", "42000", 3948))).isTrue();
    assertThat(classifier.isLocalInfileRefused(new SQLException("m", "42000", 1148))).isTrue();
    assertThat(classifier.isDuplicateKey(new SQLException("m", "23000", 1062))).isTrue();
    assertThat(classifier.isDuplicateKey(new SQLException("m", "23000", 1452))).isFalse();
  }
}
