#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# po.sh [BUILD]: the Chinese catalogue is whole. With BUILD also: the programs there speak Chinese.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
build=${1:-}
po=assets/po/zh_CN.po
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fail=0
fault() {
  echo "$1"
  fail=1
}

msgfmt --check -o "$work/zh_CN.mo" "$po" || fault "$po: msgfmt --check refuses it"
for what in untranslated only-fuzzy; do
  msgattrib --"$what" --no-obsolete --no-wrap "$po" >"$work/left.po"
  if [[ -s $work/left.po ]]; then
    cat "$work/left.po"
    fault "$po: entries above are ${what#only-}"
  fi
done

# What calls gettext stands in POTFILES, and nothing else does.
git ls-files -c -o --exclude-standard -- 'app/*.[ch]' 'sync/*.[ch]' 'ui/*.[ch]' | LC_ALL=C sort -u \
  | xargs -d '\n' grep -lE '(^|[^[:alnum:]_])(_|N_|C_|NC_|Q_|ngettext|g_dngettext|dgettext|gettext|g_dpgettext2?) ?\(' >"$work/callers"
grep -v '^#' assets/po/POTFILES | LC_ALL=C sort >"$work/listed"
[[ -z $(uniq -d "$work/listed") ]] || fault "assets/po/POTFILES: $(uniq -d "$work/listed") stands twice"
diff "$work/listed" "$work/callers" || fault "assets/po/POTFILES: < stands there but calls no gettext, > calls gettext but is missing"

# The words of the sources, as the cunzhan-pot target takes them.
xgettext --from-code=UTF-8 --files-from=assets/po/POTFILES --add-comments --no-wrap --output="$work/cunzhan.pot" \
  --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 --keyword=Q_:1g --keyword=g_dcgettext:2 --keyword=g_dngettext:2,3 \
  --keyword=g_dpgettext2:2c,3 --keyword=ngettext:1,2 --flag=N_:1:pass-c-format --flag=C_:2:pass-c-format --flag=NC_:2:pass-c-format \
  --flag=g_dngettext:2:pass-c-format --flag=g_strdup_printf:1:c-format --flag=g_printerr:1:c-format --flag=g_print:1:c-format \
  --flag=g_set_error:4:c-format --flag=g_string_append_printf:2:c-format || fault "xgettext fails"
msgcmp "$po" "$work/cunzhan.pot" || fault "$po: words of the sources are missing; make the cunzhan-pot target, then msgmerge --no-fuzzy-matching"
# xgettext cuts a sentence where a macro such as G_GUINT64_FORMAT stands in it.
if grep -nE '^(msgid |msgid_plural )?"(.*[^%])?(%%)*%[-+ #0-9.]*"$' "$work/cunzhan.pot"; then
  fault "a sentence above is cut off at a macro: write %lld or %llu with a cast"
fi

# These carry their Chinese themselves.
desktop=ui/org.cunzhan.Station.desktop
while IFS= read -r key; do
  grep -q "^${key}\[zh_CN\]=." "$desktop" || fault "$desktop: $key has no Chinese"
done < <(sed -nE 's/^(Name|GenericName|Comment|Keywords)=.*/\1/p' "$desktop")
metainfo=ui/org.cunzhan.Station.metainfo.xml
for tag in name summary p; do
  english=$(grep -c "<$tag>" "$metainfo")
  chinese=$(grep -c "<$tag xml:lang=\"zh_CN\">" "$metainfo")
  [[ $english -eq $chinese ]] || fault "$metainfo: $english <$tag>, $chinese of them in Chinese"
done

if [[ -n $build ]]; then
  for program in app/hub/cunzhan-hub app/speech/say/cunzhan-say sync/provision/cunzhan-conf sync/station/cunzhan-sync ui/cunzhan; do
    LC_ALL=C.UTF-8 LANGUAGE=zh_CN "$build/$program" --help >"$work/help" 2>&1 || fault "$program --help fails"
    LC_ALL=C.UTF-8 grep -qP '\p{Han}' "$work/help" || fault "$program --help speaks no Chinese"
  done
fi
msgfmt --statistics -o /dev/null "$po"
exit $fail
