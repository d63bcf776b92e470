# ChartJs_SCRIPT, the text of Chart.js for browsers, and ChartJs_LICENSE, its license: Debian's package libjs-chart.js.
find_file(ChartJs_SCRIPT chart.min.js PATHS /usr/share/javascript/chart.js)
find_file(ChartJs_LICENSE copyright PATHS /usr/share/doc/libjs-chart.js)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ChartJs REQUIRED_VARS ChartJs_SCRIPT ChartJs_LICENSE)
