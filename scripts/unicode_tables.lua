--- Writes core/text/unicode_tables.h from Unicode's own UnicodeData.txt.
--
--     lua5.4 scripts/unicode_tables.lua UnicodeData.txt VERSION > core/text/unicode_tables.h
--
-- The file is at https://www.unicode.org/Public/VERSION/ucd/, in Debian in the package
-- unicode-data.

local SMALL = 0x800 -- below it membership is a bitmap, above it a list of ranges

--- Reads the file. @return categories, lower and upper mappings by code point; the highest one
local function read_data(path)
  local category, lower, upper, last = {}, {}, {}, 0
  local range_start
  for line in io.lines(path) do
    local fields = {}
    for field in (line .. ";"):gmatch("([^;]*);") do fields[#fields + 1] = field end
    local code = tonumber(fields[1], 16)
    for c = range_start or code, code do category[c] = fields[3] end
    range_start = fields[2]:find(", First>", 1, true) and code or nil
    upper[code] = tonumber(fields[13], 16)
    lower[code] = tonumber(fields[14], 16)
    last = math.max(last, code)
  end
  return category, lower, upper, last
end

--- True for what words are made of: letters, marks, digits and letter-like numbers. Superscripts
-- are not, since they are mostly footnote markers.
local function is_word(category)
  return category ~= nil and category ~= "No" and category:find("^[LMN]") ~= nil
end

local function word_ranges(category, from, last)
  local ranges = {}
  local first
  for c = from, last + 1 do
    local inside = is_word(category[c])
    if inside and not first then first = c end
    if not inside and first then
      ranges[#ranges + 1] = ("{0x%X, 0x%X}"):format(first, c - 1)
      first = nil
    end
  end
  return ranges
end

local function word_bits(category)
  local words = {}
  for base = 0, SMALL - 1, 32 do
    local bits = 0
    for bit = 0, 31 do
      if is_word(category[base + bit]) then bits = bits | 1 << bit end
    end
    words[#words + 1] = ("0x%08X"):format(bits)
  end
  return words
end

--- Folds a mapping into runs of the same distance and step (1 or 2).
local function case_runs(mapping, last)
  local runs = {}
  local run
  for c = 0x80, last do
    local delta = mapping[c] and mapping[c] - c
    if delta then
      local step = run and c - run.last
      local fits = run and run.delta == delta and (step == 1 or step == 2)
        and (run.first == run.last or run.step == step)
      if fits then
        run.last, run.step = c, step
      else
        run = { first = c, last = c, delta = delta, step = 1 }
        runs[#runs + 1] = run
      end
    end
  end
  for i, r in ipairs(runs) do
    runs[i] = ("{0x%X, 0x%X, %d, %d}"):format(r.first, r.last, r.delta, r.step)
  end
  return runs
end

local function write_table(declaration, items)
  print(("static const %s = {"):format(declaration))
  local line = "   "
  for _, item in ipairs(items) do
    if #line + #item + 2 > 80 then
      print(line)
      line = "   "
    end
    line = line .. " " .. item .. ","
  end
  print(line)
  print("};\n")
end

local path, version = arg[1], arg[2]
if not version then
  io.stderr:write("usage: unicode_tables.lua UnicodeData.txt VERSION\n")
  os.exit(2)
end
local category, lower, upper, last = read_data(path)

print(("/// Tables of Unicode %s, written by scripts/unicode_tables.lua."):format(version))
print("#ifndef SF_UNICODE_TABLES_H\n#define SF_UNICODE_TABLES_H\n")
print("#include <stdint.h>\n")
print("// clang-format off")
print(("#define SMALL_CODE_POINTS 0x%X\n"):format(SMALL))
print("/// Letters, marks and digits below SMALL_CODE_POINTS, a bit each.")
write_table("uint32_t word_bits[]", word_bits(category))
print("/// Letters, marks and digits from there on: first and last.")
write_table("uint32_t word_ranges[][2]", word_ranges(category, SMALL, last))
print([[
/// A run of characters whose other case is `delta` away, every `step`.
typedef struct {
  uint32_t first;
  uint32_t last;
  int32_t delta;
  uint32_t step;
} case_run;
]])
print("/// Simple lower-case mappings of what is not ASCII.")
write_table("case_run lower_runs[]", case_runs(lower, last))
print("/// Simple upper-case mappings of what is not ASCII.")
write_table("case_run upper_runs[]", case_runs(upper, last))
print("#endif")
