function data = h5read (file, path)
  % As MATLAB's, for Octave: from what snippets_test.py read of the file.
  global h5_contents
  data = h5_contents.([file ':' path]);
end
