#!/bin/sh
# Sluice inside its image: the server, or a command of the command line.
#   SLUICE_JAVA_OPTS  more options for the server's Java virtual machine
case "${1:-}" in
  server) options="-XX:+UseParallelGC -XX:MaxRAMPercentage=70 ${SLUICE_JAVA_OPTS:-}" ;;
  *) options="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m" ;;
esac
# shellcheck disable=SC2086 # several options in one variable are meant to be split
exec java -Duser.timezone=UTC -Dfile.encoding=UTF-8 $options -cp '/opt/sluice/lib/*' dev.sluice.server.Main "$@"
