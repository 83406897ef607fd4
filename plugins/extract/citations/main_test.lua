local test = require "sheaf.test"

--- The symbols that are cited in a text, in its order.
local function symbols(text, options)
  local found = {}
  local doc = sheaf.plugin("extract.citations", options):process(text)
  for _, span in ipairs(doc:span_list("citation")) do found[#found + 1] = span.symbol end
  return found
end

local function first(text)
  return sheaf.plugin("extract.citations"):process(text):span_list("citation")[1]
end

local CASES = {
  ["resolutions of a list share what announces them"] = {
    "Recalling its resolutions 49/127 of 19 December 1994, 50/123 of 20 December 1995 and 52/189,",
    "A/RES/49/127", "A/RES/50/123", "A/RES/52/189" },
  ["letters are part of the number, each of a list"] = {
    "resolutions 57/270 B, 31/6 A and B, and 48/40 A to C",
    "A/RES/57/270B", "A/RES/31/6A", "A/RES/31/6B",
    "A/RES/48/40A", "A/RES/48/40B", "A/RES/48/40C" },
  ["sessions before 1976 are in Roman numerals"] = {
    "resolutions 217 A (III), 1514 (XV), 2253 (ES-V) and 186 (S-2)",
    "A/RES/217(III)[A]", "A/RES/1514(XV)", "A/RES/2253(ES-V)", "A/RES/186(S-2)" },
  ["special sessions and any hyphen"] = {
    "resolution S‑21/2 and resolution ES-10/15", "A/RES/S-21/2", "A/RES/ES-10/15" },
  ["the Security Council's have the year"] = {
    "Recalling resolutions 242 (1967) and 338\n(1973) of 22 October 1973",
    "S/RES/242(1967)", "S/RES/338(1973)" },
  ["a number and year need not be announced when they fit"] = {
    "as laid down in 1325 (2000), but not Convention 105 (1957)", "S/RES/1325(2000)" },
  ["the number tells the Council from the Assembly"] = {
    "Economic and Social Council decision 1995/313 and resolution 1995/12, decision 58/405",
    "E/DEC/1995/313", "E/RES/1995/12", "A/DEC/58/405" },
  ["the organ named before counts"] = {
    "Human Rights Council resolution 33/11 of 29 September 2016, and Commission on Human Rights "
      .. "resolution 1998/3", "A/HRC/RES/33/11", "E/CN.4/RES/1998/3" },
  ["the organ named behind counts"] = {
    "resolution 1503 (XLVIII) of the Economic and Social Council", "E/RES/1503(XLVIII)" },
  ["symbols need no context"] = {
    "A/RES/57/270 B, S/RES/1325 (2000), A/RES/217(III)[A], E/DEC/1995/313",
    "A/RES/57/270B", "S/RES/1325(2000)", "A/RES/217(III)[A]", "E/DEC/1995/313" },
  ["documents have no inner spaces"] = {
    "(A/58/483/Add. 3), S/\n11557, E/CN.4/Sub.2/1998/12 and S/PRST/2013/2",
    "A/58/483/Add.3", "S/11557", "E/CN.4/Sub.2/1998/12", "S/PRST/2013/2" },
  ["addenda are documents of their own"] = {
    "A/58/483 and Add.1-3 and Corr.1; S/11353/Add.24 and 25.",
    "A/58/483", "A/58/483/Add.1", "A/58/483/Add.2", "A/58/483/Add.3", "A/58/483/Corr.1",
    "S/11353/Add.24", "S/11353/Add.25" },
  ["lists of meetings' records"] = {
    "(A/C.3/62/SR.22-24, 39 and 51)", "A/C.3/62/SR.22", "A/C.3/62/SR.23", "A/C.3/62/SR.24",
    "A/C.3/62/SR.39", "A/C.3/62/SR.51" },
  ["some of another body's are its own"] = {
    "all Commission on Human Rights resolutions on it, in particular resolution 2005/18",
    "E/CN.4/RES/2005/18" },
  ["a date tells a council's from the Assembly's"] = {
    "the Human Rights Council and all relevant resolutions, including 6/34 of 14 December 2007",
    "A/HRC/RES/6/34" },
  ["an I alone is a letter"] = { "resolution 35/145 I and CEDAW/C/2007/II/3",
    "A/RES/35/145I", "CEDAW/C/2007/II/3" },
  ["sales numbers"] = {
    "Sales No. E. 96.IV. 13), Sales No. E.04.II.D.10", "E.96.IV.13", "E.04.II.D.10" },
  ["Ibid. repeats what the note before has"] = {
    "[2] Report (Sales No. E.96.IV.8), annex I.\n[3] Ibid., annex II.", "E.96.IV.8", "E.96.IV.8" },
  ["Ibid. with another document repeats nothing"] = {
    "1 Document S/848.\n2 Ibid., document S/849.", "S/848", "S/849" },
  ["a resolution is known again by its number"] = {
    "resolution 687 (1991), and paragraph 24 of resolution 687 as it relates",
    "S/RES/687(1991)", "S/RES/687(1991)" },
  ["misread figures"] = {
    "resolution 58/2O8, resolution 1760 (XVID of 31 October 1962, document 8/26385",
    "A/RES/58/208", "A/RES/1760(XVII)", "S/26385" },
  ["a title has its number before it"] = {
    "\n58/208. International migration\n", "A/RES/58/208" },
  ["other languages"] = {
    "ses résolutions 58/208 du 23 décembre 2003 et 57/270 B, la resolución 60/1, резолюция 61/5",
    "A/RES/58/208", "A/RES/57/270B", "A/RES/60/1", "A/RES/61/5" },
  ["false friends"] = {
    "two thirds or 2/3 of the resolution, paras. 33/4, a 50/50 vote, influenza A/H1N1, "
      .. "paragraph 4 (1), 31/12, Supplement No. 14 (1976), and/or, the 2030/31 season" },
  ["other bodies' numbers are not the Assembly's"] = {
    "Governing Council decision 35/29 and WHO resolution CP/RES.594 (923/92)" },
}

for name, case in pairs(CASES) do
  test("citations: " .. name, function(t)
    t.equal(symbols(case[1]), table.move(case, 2, #case, 1, {}))
  end)
end

test("citations: a span has its place, type and date", function(t)
  local span = first("in resolution 57/270 B of 23 June 2003 on")
  t.equal({ span.from, span.to, span.type, span.date }, { 14, 22, "resolution", "2003-06-23" })
end)

test("citations: two dates belong to two resolutions", function(t)
  local doc = sheaf.plugin("extract.citations"):process(
    "resolutions 2253 (ES-V) and 2254 (ES-V) of 4 and 14 July 1967")
  local list = doc:span_list("citation")
  t.equal({ list[1].date, list[2].date }, { "1967-07-04", "1967-07-14" })
end)

test("citations: only the types that are wanted", function(t)
  t.equal(symbols("resolution 58/208 and A/58/98", { types = { "document" } }), { "A/58/98" })
end)
